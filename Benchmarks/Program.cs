using BenchmarkDotNet.Running;
using OrleansOrders.Benchmarks;

// All of them: dotnet run -c Release --project Benchmarks -- --filter '*'. Claims about the product as a whole are made by `orders bench`.
BenchmarkSwitcher.FromAssembly(typeof(EventCosts).Assembly).Run(args);
