using OrleansOrders.Silo;

return await SiloProgram.Run(args, Console.Out, Console.Error);
