package ai.thinkheads.phoenix.engine.store;

import ai.thinkheads.phoenix.engine.time.Scheduler;
import java.util.Random;

/** The store in memory keeps the contract. */
class MemoryStoreTest extends StoreContractTest {

    @Override
    protected Store open(Scheduler scheduler) {
        return new MemoryStore(scheduler, CLOCK, new Random(1), HISTORY);
    }
}
