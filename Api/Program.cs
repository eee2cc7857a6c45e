using OrleansOrders.Api;

return await GatewayProgram.Run(args, Console.Out, Console.Error);
