/** Takes a site's callback, weighs its proof, and completes the handshake. */
package dev.cachehandshake.worker.callback;
