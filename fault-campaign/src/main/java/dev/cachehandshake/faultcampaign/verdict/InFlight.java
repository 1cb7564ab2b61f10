package dev.cachehandshake.faultcampaign.verdict;

/**
 * What one fault met.
 *
 * @param deliveries that were in flight while it was broken
 * @param repeated how many of them the site got once more though it had taken them well
 */
public record InFlight(int deliveries, int repeated) {}
