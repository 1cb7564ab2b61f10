package dev.cachehandshake.faultcampaign.campaign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The runs of one seed that are done, a line of JSON each: what a campaign that was broken off goes on from. */
final class CampaignFile {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Path file;

    CampaignFile(Path directory, long seed) {
        this.file = directory.resolve("seed-" + seed + ".jsonl");
    }

    Path path() {
        return file;
    }

    /** By run; a line that was not written to its end is as if it were not there. */
    Map<Integer, RunLine> read() {
        Map<Integer, RunLine> runs = new TreeMap<>();
        try {
            if (Files.exists(file)) {
                for (String line : Files.readAllLines(file)) {
                    parse(line).ifPresent(run -> runs.put(run.run(), run));
                }
            }
            return runs;
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + file, unreadable);
        }
    }

    private boolean endsInMidLine() throws IOException {
        return Files.exists(file)
                && Files.size(file) > 0
                && !Files.readString(file).endsWith("\n");
    }

    private static Optional<RunLine> parse(String line) {
        try {
            return Optional.of(JSON.readValue(line, RunLine.class));
        } catch (JsonProcessingException brokenOff) {
            return Optional.empty();
        }
    }

    void append(RunLine run) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(
                    file,
                    (endsInMidLine() ? "\n" : "") + JSON.writeValueAsString(run) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException unwritable) {
            throw new UncheckedIOException("cannot write " + file, unwritable);
        }
    }
}
