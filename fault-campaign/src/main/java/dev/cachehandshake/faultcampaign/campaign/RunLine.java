package dev.cachehandshake.faultcampaign.campaign;

import dev.cachehandshake.faultcampaign.verdict.Verdict;

/**
 * One run in the campaign's file.
 *
 * @param run from 1
 * @param seed of this very run
 */
record RunLine(int run, long seed, long tookMillis, Verdict verdict) {}
