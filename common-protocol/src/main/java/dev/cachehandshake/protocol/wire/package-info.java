/** The wire format: jobs, batches, answers and callbacks, read from and written to JSON. */
package dev.cachehandshake.protocol.wire;
