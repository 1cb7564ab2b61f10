package dev.cachehandshake.faultcampaign.verdict;

import java.util.List;

/** Holds one promise against what was seen. A pure function. */
interface Check {
    List<Violation> against(Ledger ledger);
}
