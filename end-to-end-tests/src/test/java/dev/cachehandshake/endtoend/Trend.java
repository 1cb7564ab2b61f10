package dev.cachehandshake.endtoend;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One figure over time, and how much it grows: by the straight line that fits its samples best. Thread-confined. */
final class Trend {
    private final String name;
    private final double unit;
    private final String unitName;
    private final List<double[]> samples = new ArrayList<>();

    /** @param unit what the samples are divided by to be shown */
    Trend(String name, double unit, String unitName) {
        this.name = name;
        this.unit = unit;
        this.unitName = unitName;
    }

    void add(double seconds, double value) {
        samples.add(new double[] {seconds, value});
    }

    String name() {
        return name;
    }

    /** What the line gains from the first sample to the last one, as a part of the mean; 0 for fewer than three samples. */
    double growth() {
        if (samples.size() < 3) {
            return 0;
        }
        double meanTime = mean(0);
        double meanValue = mean(1);
        double above = 0;
        double below = 0;
        for (double[] sample : samples) {
            above += (sample[0] - meanTime) * (sample[1] - meanValue);
            below += (sample[0] - meanTime) * (sample[0] - meanTime);
        }
        double slope = above / below;
        double time = samples.getLast()[0] - samples.getFirst()[0];
        return meanValue == 0 ? 0 : slope * time / meanValue;
    }

    String inWords() {
        double least = samples.stream().mapToDouble(sample -> sample[1]).min().orElse(0);
        double most = samples.stream().mapToDouble(sample -> sample[1]).max().orElse(0);
        return String.format(
                Locale.ROOT,
                "%s: %.1f to %.1f %s, mean %.1f; the trend over the run %+.1f %% (n=%d)",
                name,
                least / unit,
                most / unit,
                unitName,
                mean(1) / unit,
                growth() * 100,
                samples.size());
    }

    private double mean(int column) {
        return samples.stream().mapToDouble(sample -> sample[column]).average().orElse(0);
    }
}
