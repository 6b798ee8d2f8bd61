// Providers that write what is called on them, and leases whose timers end by hand.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { tool } from './tools.mjs'

const require = createRequire(import.meta.url)
export const { isProvider } = require('../../lib/modules/providers/provider.js')
export const { ProviderLease } = require('../../lib/modules/providers/provider-lease.js')

export const fail = (thrown = new Error('down')) => {
  throw thrown
}

/** A provider that writes what is called on it, with methods of its own. */
export function providerOf(methods = {}) {
  const calls = []
  const listeners = new Set()
  const written = (name, act = () => undefined) =>
    function (...args) {
      assert.equal(this, provider)
      calls.push([name, ...args.filter((arg) => typeof arg === 'string')].join(' '))
      return act(...args)
    }
  const provider = {
    loadTools: written('load', methods.loadTools ?? (() => [tool()])),
    addConsumer: written('add', methods.addConsumer),
    removeConsumer: written('remove', methods.removeConsumer),
    onChanged: written(
      'listen',
      methods.onChanged ??
        ((listener) => (listeners.add(listener), written('off', () => listeners.delete(listener)).bind(provider))),
    ),
  }
  return { provider, calls, change: () => [...listeners].forEach((listener) => listener()) }
}

/** A lease of a provider, whose timers end by hand. */
export function leaseOf(methods, options) {
  const timers = new Set()
  const startTimer = (ms, expire) => (timers.add(expire), () => timers.delete(expire))
  const { provider, ...rest } = providerOf(methods)
  let changes = 0
  const onChanged = () => changes++
  const lease = new ProviderLease(provider, 'rack', { name: 'crm', timeoutMs: 500, onChanged, startTimer, ...options })
  const expire = () => [...timers].forEach((end) => end())
  return { lease, timers, expire, changes: () => changes, ...rest }
}

/** A promise and its ends. */
export function deferred() {
  const ends = {}
  const promise = new Promise((resolve, reject) => Object.assign(ends, { resolve, reject }))
  return { promise, ...ends }
}
