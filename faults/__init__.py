"""What is done to the whole deployment while guests book in it, and the audit of what is left: `make faults`.

A fault is a coroutine with `@fault` in the module of its theme, which stands in `faults/catalogue.py`:

    @fault(errors=("RabbitMQ says",))
    async def rabbitmq_killed(site: Site, evening: Evening, moments: int) -> str:
        '''One sentence: the row of the table.'''
        for _ in range(moments):
            await evening.moment()                      # guests are in the middle of something
            await site.kill(site.topology.rabbitmq)
            await site.outage(60)                       # shorter in the sample
            await site.start(site.topology.rabbitmq)
            await evening.goes_on()                     # guests have booked since
        return "what was measured, in a few words"

It leaves everything running. `evening.findings` takes a sentence for whatever is not as it should be; all else is seen
by the audit that follows: database, chats, queues, locks, logs. `errors` are words of the error lines that belong to
it, and `repeats` says that a message may come twice (somebody died between sending and noting).
"""
