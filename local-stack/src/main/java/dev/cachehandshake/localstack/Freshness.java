package dev.cachehandshake.localstack;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;

/** Whether something that was made from sources is still newer than all of them. */
public final class Freshness {
    private static final Set<String> MADE =
            Set.of("node_modules", ".next", ".next-test", ".next-test-replicas", "dist", "build", ".data", "target");

    private Freshness() {}

    /** @param stamp a file that was touched when the thing was made; false when it is not there */
    public static boolean isFresh(Path stamp, List<Path> sources) {
        try {
            if (!Files.exists(stamp)) {
                return false;
            }
            FileTime made = Files.getLastModifiedTime(stamp);
            NewerThan newer = new NewerThan(made);
            for (Path source : sources) {
                if (!newer.found) {
                    Files.walkFileTree(source, newer);
                }
            }
            return !newer.found;
        } catch (IOException unreadable) {
            throw new LocalStackException(
                    "cannot read the sources of the site: " + unreadable.getMessage(), unreadable);
        }
    }

    private static final class NewerThan extends SimpleFileVisitor<Path> {
        private final FileTime made;
        private boolean found;

        private NewerThan(FileTime made) {
            this.made = made;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return MADE.contains(directory.getFileName().toString())
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            found |= attributes.lastModifiedTime().compareTo(made) > 0;
            return found ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }
    }
}
