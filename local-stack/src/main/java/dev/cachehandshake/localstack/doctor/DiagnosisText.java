package dev.cachehandshake.localstack.doctor;

import dev.cachehandshake.protocol.redis.KeyFamily;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A diagnosis for whoever was woken by it: what there is, then what is wrong, and under each what to do. */
public final class DiagnosisText {
    private final Diagnosis diagnosis;
    private final int shown;

    /** @param shown how many of each finding at most; 0 for all */
    public DiagnosisText(Diagnosis diagnosis, int shown) {
        this.diagnosis = diagnosis;
        this.shown = shown;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        facts(text);
        text.append(System.lineSeparator());
        if (diagnosis.isHealthy()) {
            text.append("Healthy: nothing is lost, misplaced or left behind.").append(System.lineSeparator());
        }
        diagnosis.findings().forEach(finding -> tell(finding, text));
        return text.toString();
    }

    private void facts(StringBuilder text) {
        Map<String, String> facts = facts();
        int widest = facts.keySet().stream().mapToInt(String::length).max().orElseThrow();
        facts.forEach((name, value) -> text.append(String.format("%-" + widest + "s %s%n", name, value)));
    }

    /** What there is, by its name, in the order in which it is shown. */
    private Map<String, String> facts() {
        TallyCheck tally = diagnosis.tally();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(
                "open",
                "pending " + tally.pending() + ", acknowledged " + tally.acknowledged()
                        + (diagnosis.foreign() > 0 ? ", foreign and not claimed yet " + diagnosis.foreign() : ""));
        facts.put("oldest open", diagnosis.oldest().map(DiagnosisText::oldest).orElse("none"));
        facts.put(
                "kept",
                "completed " + state("completed") + ", failed " + state("failed") + ", simulated "
                        + state("simulated"));
        QueueList.ALL.stream()
                .filter(list -> list.isOfNormalClass() || diagnosis.list(list).elements() > 0)
                .forEach(list -> facts.put(list.title(), elements(diagnosis.list(list))));
        facts.put(
                "indexes",
                indexes() + "deadlines " + entries(KeyFamily.DEADLINES) + ", failed " + entries(KeyFamily.FAILED)
                        + (diagnosis.forgotten() > 0 ? " (" + diagnosis.forgotten() + " of them expired)" : ""));
        facts.put(
                "tally",
                tally.isOff()
                        ? "off, see below"
                        : "fits" + (tally.isStill() ? "" : ", as far as can be told while handshakes come and go"));
        facts.put("keys", keys());
        facts.put("memory", memory());
        facts.put(
                "looked",
                "for " + String.format(Locale.ROOT, "%.1f s", diagnosis.took().toMillis() / 1000.0));
        return facts;
    }

    private static String oldest(HandshakeSeen seen) {
        Duration age = Duration.ofMillis(seen.now() - seen.acceptedAt().orElse(seen.now()));
        return ShownText.of(seen.id()) + ", " + seen.phase() + ", accepted " + ShownText.duration(age) + " ago";
    }

    private String indexes() {
        return QueueList.ALL.stream()
                .filter(list -> list.isOfNormalClass() || entriesOf(list) > 0)
                .map(list -> list.title() + " " + entriesOf(list) + ", ")
                .collect(Collectors.joining());
    }

    private long entriesOf(QueueList list) {
        return entries(KeyFamily.of(list.index(), "zset").orElseThrow());
    }

    private long state(String name) {
        return diagnosis.states().getOrDefault(name, 0L);
    }

    private long entries(KeyFamily index) {
        return diagnosis.entries().getOrDefault(index, 0L);
    }

    private static String elements(ListSeen list) {
        String all = list.elements() == 1 ? "1 element" : list.elements() + " elements";
        return list.elements() == 0
                ? all
                : all + ": waiting " + list.ours() + ", foreign " + list.foreign() + ", ghosts (harmless) "
                        + list.ghosts() + ", no jobs " + list.noJobs();
    }

    private String keys() {
        return diagnosis.sizes().entrySet().stream()
                .filter(family -> family.getValue().keys() > 1 || family.getKey() == KeyFamily.STATUS)
                .map(family -> name(family.getKey()) + " " + family.getValue().keys())
                .collect(Collectors.joining(", "));
    }

    private String memory() {
        ServerSeen server = diagnosis.server();
        String all = (server.usedMemory().isPresent()
                        ? ShownText.bytes((double) server.usedMemory().getAsLong())
                        : "unknown")
                + " in all"
                + (server.maxMemory().isPresent()
                        ? " of at most "
                                + ShownText.bytes((double) server.maxMemory().getAsLong())
                        : "");
        String ours = diagnosis.sizes().entrySet().stream()
                .filter(family -> family.getValue().sampled() > 0)
                .map(family -> name(family.getKey()) + " "
                        + ShownText.bytes(family.getValue().estimate())
                        + (family.getValue().keys() > 1
                                ? " (" + ShownText.bytes(family.getValue().average()) + " each)"
                                : ""))
                .collect(Collectors.joining(", "));
        return ours.isEmpty() ? all + "; of ours unknown, for MEMORY USAGE is not allowed" : all + "; about " + ours;
    }

    private static String name(KeyFamily family) {
        return switch (family) {
            case STATUS -> "handshakes";
            case MARKER -> "markers";
            case ENTRY -> "entries";
            case QUEUE -> "queue";
            case RETURNS -> "returns";
            case QUEUED_NORMAL -> "index of queue";
            case QUEUED_RETURNS -> "index of returns";
            case QUEUE_URGENT -> "urgent queue";
            case RETURNS_URGENT -> "urgent returns";
            case QUEUED_URGENT -> "index of urgent queue";
            case QUEUED_URGENT_RETURNS -> "index of urgent returns";
            case QUEUE_LOW -> "low queue";
            case RETURNS_LOW -> "low returns";
            case QUEUED_LOW -> "index of low queue";
            case QUEUED_LOW_RETURNS -> "index of low returns";
            case DEADLINES -> "deadlines";
            case SEQUENCE -> "sequence";
            case TALLY -> "tally";
            case POISON -> "poison";
            case FAILED -> "failed";
            case CHANGES -> "changes";
            case REPLICAS -> "replicas";
            case PARKED -> "parked legs";
            case UNQUIET -> "pages that are not quiet";
            case HOLDS -> "holds";
            case HOLD -> "details of holds";
            case DEPLOYMENTS -> "deployments";
            case CIRCUIT_OPEN -> "open circuits";
            case CIRCUIT_FAILURES -> "circuits' failures";
            case CIRCUIT_PROBE -> "circuits' probes";
            case CIRCUIT_REASON -> "circuits' reasons";
        };
    }

    private void tell(Finding finding, StringBuilder text) {
        int all = finding.items().size();
        text.append(String.format(
                "%s (%s%d): %s%n",
                finding.fault(),
                finding.more() ? "more than " : "",
                all,
                finding.fault().title()));
        int most = shown == 0 ? all : Math.min(shown, all);
        for (Finding.Item item : finding.items().subList(0, most)) {
            text.append(String.format("    %-24s  %s%n", ShownText.of(item.subject()), item.detail()));
        }
        if (most < all) {
            text.append(String.format("    and %d more; --show 0 lists all%n", all - most));
        }
        text.append("  ").append(finding.fault().advice()).append(System.lineSeparator());
        finding.items().stream()
                .map(Finding.Item::subject)
                .filter(subject -> !subject.isEmpty())
                .limit(1)
                .flatMap(subject -> finding.fault().command(subject).stream())
                .forEach(command -> text.append("    ").append(command).append(System.lineSeparator()));
        text.append(System.lineSeparator());
    }
}
