package dev.cachehandshake.localstack;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code down}: stops a stack that was started with {@code up}, here or in another terminal. */
@Command(name = "down", mixinStandardHelpOptions = true, description = "Stops what `up` has started.")
final class DownCommand implements Callable<Integer> {
    @Mixin
    private StateOption state;

    @Override
    public Integer call() {
        RunningServices running = new RunningServices(state.directory());
        System.out.println(
                running.stopAll() ? "Stopped: calls under way were finished or handed back." : "Nothing was running.");
        return 0;
    }
}
