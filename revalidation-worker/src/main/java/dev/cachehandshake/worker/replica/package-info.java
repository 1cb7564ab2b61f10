/** Tells a replica that starts what it has to make anew before it serves. */
package dev.cachehandshake.worker.replica;
