/** The one shape of background work: a step, and a loop around it that never dies. */
package dev.cachehandshake.worker.loop;
