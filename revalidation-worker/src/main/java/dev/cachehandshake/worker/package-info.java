/** The revalidation worker: claims handshakes, delivers them to the site, takes its callbacks, rescues what was lost. */
package dev.cachehandshake.worker;
