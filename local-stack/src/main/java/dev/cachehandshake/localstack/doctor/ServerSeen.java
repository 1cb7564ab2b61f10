package dev.cachehandshake.localstack.doctor;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The server as a whole, as far as it lets itself be asked.
 *
 * @param maxMemory in bytes; empty where there is no bound
 */
record ServerSeen(Optional<String> version, OptionalLong usedMemory, OptionalLong maxMemory) {}
