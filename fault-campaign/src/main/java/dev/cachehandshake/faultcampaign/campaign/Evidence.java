package dev.cachehandshake.faultcampaign.campaign;

import dev.cachehandshake.faultcampaign.faults.Schedule;
import dev.cachehandshake.faultcampaign.history.Event;
import dev.cachehandshake.faultcampaign.verdict.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;

/** Keeps what shows a violation: the whole history of its run, and what the processes said. */
final class Evidence {
    private static final int SHOWN = 5;

    private final Path directory;

    /** @param directory where a folder a run is made */
    Evidence(Path directory) {
        this.directory = directory;
    }

    /** @return the folder */
    Path keep(int run, Schedule schedule, List<Event> events, List<Violation> violations, Path logs) {
        Path folder = directory.resolve("run-" + run);
        try {
            Files.createDirectories(folder);
            Files.write(
                    folder.resolve("violations.txt"),
                    violations.stream().map(Violation::toString).toList());
            Files.write(folder.resolve("schedule.txt"), List.of(schedule.toString()));
            Files.write(
                    folder.resolve("history.txt"),
                    events.stream().map(Evidence::line).toList());
            if (Files.isDirectory(logs)) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(logs)) {
                    for (Path file : files) {
                        Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
            return folder;
        } catch (IOException unwritable) {
            throw new UncheckedIOException("cannot keep the evidence in " + folder, unwritable);
        }
    }

    /** The first violations, each with what was seen of its handshake and what was broken meanwhile. */
    static String show(List<Violation> violations, List<Event> events) {
        StringBuilder text = new StringBuilder();
        for (Violation violation : violations.subList(0, Math.min(SHOWN, violations.size()))) {
            text.append("  ").append(violation).append('\n');
            events.stream()
                    .filter(event -> concerns(event, violation.subject()))
                    .forEach(event -> text.append("    ").append(line(event)).append('\n'));
        }
        if (violations.size() > SHOWN) {
            text.append("  and ").append(violations.size() - SHOWN).append(" more\n");
        }
        return text.toString();
    }

    private static boolean concerns(Event event, String subject) {
        return switch (event) {
            case Event.FaultBegan began -> true;
            case Event.FaultHealed healed -> true;
            case Event.Calm calm -> true;
            case Event.CallOver over -> false;
            case Event.CallbackAnswered answered -> false;
            case Event.CallRefused refused -> false;
            case Event.Posted posted ->
                posted.id().equals(subject) || posted.entry().equals(subject);
            case Event.PostAnswered answered -> answered.id().equals(subject);
            case Event.CallBegan call ->
                call.items().stream().anyMatch(item -> item.id().equals(subject));
            case Event.ProofSent proof -> proof.ids().contains(subject);
            case Event.StateSeen seen -> seen.id().equals(subject);
            case Event.PageShown page -> page.entry().equals(subject);
        };
    }

    private static String line(Event event) {
        return String.format(Locale.ROOT, "%9.3f s  %s", event.at() / 1e9, event);
    }
}
