/** The pair as users run it: real processes, a real Redis, real HTTP; and the docs held against the code. */
package dev.cachehandshake.endtoend;
