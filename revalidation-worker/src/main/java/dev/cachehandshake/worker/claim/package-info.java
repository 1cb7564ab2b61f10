/** Takes handshakes from the referee, as many as calls are free for. */
package dev.cachehandshake.worker.claim;
