/** Calls the site, and settles each handshake by what it answered. */
package dev.cachehandshake.worker.deliver;
