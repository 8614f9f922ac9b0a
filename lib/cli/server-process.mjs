/**
 * How a server process is started, wherever one is. The C library keeps one pool of memory per thread, each with what it has
 * fragmented; two for all threads save some 50 MB and cost nothing that can be measured.
 */
export const serverEnv = { MALLOC_ARENA_MAX: process.env.MALLOC_ARENA_MAX ?? "2" };
