/** Judges what was seen. Knows the promises, and nothing of how they are kept. */
package dev.cachehandshake.faultcampaign.verdict;
