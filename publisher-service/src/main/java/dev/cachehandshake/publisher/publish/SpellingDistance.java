package dev.cachehandshake.publisher.publish;

/**
 * How many letters have to be added, dropped, changed or swapped with their neighbour to get from one word to another
 * (Damerau and Levenshtein, each letter moved once).
 */
final class SpellingDistance {
    private SpellingDistance() {}

    /** Takes time and space in the product of the lengths: bound them first. */
    static int between(String from, String to) {
        int[][] least = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    least[i][j] = i + j;
                    continue;
                }
                boolean same = from.charAt(i - 1) == to.charAt(j - 1);
                int changed = least[i - 1][j - 1] + (same ? 0 : 1);
                least[i][j] = Math.min(changed, 1 + Math.min(least[i - 1][j], least[i][j - 1]));
                if (isSwap(from, i, to, j)) {
                    least[i][j] = Math.min(least[i][j], 1 + least[i - 2][j - 2]);
                }
            }
        }
        return least[from.length()][to.length()];
    }

    private static boolean isSwap(String from, int i, String to, int j) {
        return i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
    }
}
