/** Carries a schedule of faults out on a deployment. */
package dev.cachehandshake.faultcampaign.strike;
