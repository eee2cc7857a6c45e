using OrleansOrders.Benchmarks;

if (args is not ["rehydrate"])
{
    Console.Error.WriteLine("usage: Benchmarks rehydrate   (ORDERS_POSTGRES names a server where a database may be made)");
    return 2;
}
return await Rehydrate.Run();
