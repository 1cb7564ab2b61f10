/** What an operator sees: one wide line an ending, and the metrics. */
package dev.cachehandshake.worker.report;
