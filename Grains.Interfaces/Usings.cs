global using Orleans.Concurrency;
global using Orleans.CodeGeneration;
global using Orleans.Runtime;
global using Orleans.Storage;
