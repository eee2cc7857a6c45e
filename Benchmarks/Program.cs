using OrleansOrders.Benchmarks;

return await (args is [var name, ..] ? name : "") switch
{
    "rehydrate" => Rehydrate.Run(),
    _ => Usage(),
};

static Task<int> Usage()
{
    Console.Error.WriteLine("usage: Benchmarks rehydrate   (ORDERS_POSTGRES names a server where a database may be made)");
    return Task.FromResult(2);
}
