// What jemalloc reads before main(); linked only where it is.
//
// Few threads allocate, so four arenas are enough that none waits. What was freed goes back to the system within half a second: left at ten,
// as by default, a busy store held 20 MB more at its peak, and was no faster.
extern "C" const char* const malloc_conf;
const char* const malloc_conf = "narenas:4,dirty_decay_ms:500,muzzy_decay_ms:0";
