// Any result: a schema that takes every result, for requests through a client or a server of an official SDK.

/** SDK 1 calls `safeParse`, SDK 2 the Standard Schema. Results come as they were sent, and are judged here. */
export const ANY_RESULT = Object.freeze({
  safeParse: (data: unknown) => ({ success: true, data }),
  '~standard': Object.freeze({ version: 1, vendor: 'toolrack', validate: (value: unknown) => ({ value }) }),
})

/** The longest timeout that a timer takes: deadlines are ours. */
export const MOST_MS = 2 ** 31 - 1
