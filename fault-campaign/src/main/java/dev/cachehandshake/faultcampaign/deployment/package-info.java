/** The processes that are broken: the real jars, a real Redis, and what stands between them. */
package dev.cachehandshake.faultcampaign.deployment;
