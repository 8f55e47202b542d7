// The console and the environment belong to the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
