package dev.cachehandshake.localstack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Node and npm, as they are on the path. */
final class NodeTools {
    private static final int MAJOR = 20;
    private static final int MINOR = 9;
    private static final Pattern VERSION = Pattern.compile("v(\\d+)\\.(\\d+)\\..*", Pattern.DOTALL);
    private static final String WAY_OUT =
            ": install it (https://nodejs.org; Debian 13: apt install nodejs npm; macOS: brew"
                    + " install node), or run ./handshake up --no-site, which needs none";

    private NodeTools() {}

    /** @throws LocalStackException when Node is missing or older than 20.9, or npm is missing */
    static void require() {
        String node = answer("node", "--version");
        Matcher version = VERSION.matcher(node);
        if (!version.matches()) {
            throw new LocalStackException("the example site needs Node 20.9 or newer, and there is none" + WAY_OUT);
        }
        int major = Integer.parseInt(version.group(1));
        int minor = Integer.parseInt(version.group(2));
        if (major < MAJOR || (major == MAJOR && minor < MINOR)) {
            throw new LocalStackException(
                    "the example site needs Node 20.9 or newer, and this one is " + node.strip() + WAY_OUT);
        }
        if (answer("npm", "--version").isBlank()) {
            throw new LocalStackException(
                    "the example site needs npm, which comes with Node, and there is none" + WAY_OUT);
        }
    }

    /** Empty when it cannot be asked. */
    private static String answer(String program, String question) {
        try {
            Process process = new ProcessBuilder(List.of(program, question))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor(10, TimeUnit.SECONDS) ? answer : "";
        } catch (IOException missing) {
            return "";
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
