package dev.cachehandshake.localstack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs an executable jar with the JDK that runs this. */
public final class JvmCommand {
    /** A small service on a small machine: 300 MiB of memory do for each. */
    public static final List<String> OPTIONS = List.of(
            "-Xms32m",
            "-Xmx128m",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:ReservedCodeCacheSize=64m",
            "-XX:MaxMetaspaceSize=160m",
            "-Xshare:auto",
            // It holds no truth: dead, it is started again, where half alive it would only fail.
            "-XX:+ExitOnOutOfMemoryError");

    private JvmCommand() {}

    static List<String> of(Path jar) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.addAll(List.of("-jar", jar.toString()));
        return command;
    }
}
