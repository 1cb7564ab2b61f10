package dev.cachehandshake.endtoend;

import dev.cachehandshake.localstack.ServiceOptions;
import java.io.IOException;
import java.util.Map;

/** A Next.js site on this machine that can be made ready and then run, again and again, on any address. */
interface RunnableSite {
    /** Installs and builds what is not there yet, with the content API that runs. */
    void prepare(int contentPort) throws IOException, InterruptedException;

    /**
     * @param address of this machine where it listens, and nowhere else
     * @param settings the secrets and addresses of the site, and what else its environment is to hold
     */
    ServiceOptions run(String address, int port, int contentPort, Map<String, String> settings);
}
