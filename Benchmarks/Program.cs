using OrleansOrders.Benchmarks;

switch (args)
{
    case ["rehydrate"]:
        return await Rehydrate.Run();
    case ["latency", var url]:
        return await Latency.Run(url);
    default:
        Console.Error.WriteLine("usage: Benchmarks rehydrate        (ORDERS_POSTGRES names a server where a database may be made)");
        Console.Error.WriteLine("       Benchmarks latency <url>    (of a running server)");
        return 2;
}
