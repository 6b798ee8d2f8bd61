// Programs of several modules that Node's own import and the module graph run alike. The entry is `entry.mjs` unless a
// program says another one. `log` is a global list: the order in which things happen.

export const PROGRAMS = {
  'every form of an export': {
    'entry.mjs': `
      export const a = 1, { b, c: [d = 4] } = { b: 2, c: [] }
      export let e = 'e'
      export function f() { return 'f' }
      export class G { static name2 = 'g' }
      const h = 8
      export { h, h as i, h as 'a string name' }
      export default function () { return 'default' }`,
  },
  'names that objects have': {
    'entry.mjs': `
      const one = 1
      export { one as toString, one as __proto__, one as constructor, one as hasOwnProperty }`,
  },
  'a default export has its name': {
    'entry.mjs': `import f from './f.mjs'; import c from './c.mjs'; import n from './n.mjs'
      export const names = [f.name, c.name, n.name]`,
    'f.mjs': 'export default () => 1',
    'c.mjs': 'export default class {}',
    'n.mjs': 'export default function named() {}',
  },
  'a live binding': {
    'entry.mjs': `import { count, add } from './counter.mjs'; import * as counter from './counter.mjs'
      const before = count; add(); add()
      export const seen = [before, count, counter.count]`,
    'counter.mjs': 'export let count = 0; export const add = () => { count++ }',
  },
  'an import cannot be assigned': {
    'entry.mjs': `import * as ns from './a.mjs'
      const tried = (f) => { try { f(); return 'no error' } catch (error) { return error.name } }
      export const seen = [tried(() => { ns.a = 2 }), tried(() => { ns.b = 2 }), tried(() => { delete ns.a }), ns.a]
      export const tag = Object.prototype.toString.call(ns), frozen = Object.isExtensible(ns), keys = Object.keys(ns)
      export const isNull = Object.getPrototypeOf(ns) === null`,
    'a.mjs': 'export const z = 1, a = 1, B = 1',
  },
  'an imported function has no receiver': {
    'entry.mjs': `import { self } from './a.mjs'; import * as a from './a.mjs'
      export const seen = [self() === undefined, a.self() === a, self\`\` === undefined, new (a.Made)().one]`,
    'a.mjs': 'export function self() { return this }; export class Made { one = 1 }',
  },
  'the top level is strict and has no receiver': {
    'entry.mjs': `export const receiver = typeof this
      let error; try { undeclared = 1 } catch (thrown) { error = thrown.name }
      export { error }`,
  },
  'functions of a circle are there before it runs': {
    'entry.mjs': `import { fromB } from './b.mjs'; export function fromA() { return 'a' }; log.push('a');
      export const b = fromB()`,
    'b.mjs': `import { fromA } from './entry.mjs'; export function fromB() { return 'b' }; log.push('b ' + fromA())`,
  },
  'a constant of a circle is not there before it is defined': {
    'entry.mjs': `import './b.mjs'; export const late = 1`,
    'b.mjs': `import { late } from './entry.mjs'
      try { log.push(late) } catch (error) { log.push(error.name) }`,
  },
  'three modules in two circles': {
    'entry.mjs': `import { b } from './b.mjs'; import { c } from './c.mjs'; export function a() { return 'a' }
      log.push('entry'); export const all = [a(), b(), c()]`,
    'b.mjs': `import { c } from './c.mjs'; export function b() { return 'b' + c() }; log.push('b')`,
    'c.mjs': `import { b } from './b.mjs'; import { a } from './entry.mjs'; export function c() { return 'c' + a() }
      log.push('c', typeof b)`,
  },
  'what two modules import runs once, and in order': {
    'entry.mjs': `import './a.mjs'; import './b.mjs'; import './c.mjs'; log.push('entry')`,
    'a.mjs': `import './shared.mjs'; log.push('a')`,
    'b.mjs': `import './c.mjs'; import './shared.mjs'; log.push('b')`,
    'c.mjs': `log.push('c')`,
    'shared.mjs': `log.push('shared')`,
  },
  'export * takes all but the default': {
    'entry.mjs': `export * from './a.mjs'; export const own = 1`,
    'a.mjs': `export const x = 1, y = 2; export default 3`,
  },
  'an own export is before one of export *': {
    'entry.mjs': `export * from './a.mjs'; export const x = 'own'`,
    'a.mjs': `export const x = 'a', y = 'a'`,
  },
  'a name of two modules is in none of export *': {
    'entry.mjs': `import * as both from './both.mjs'; export const keys = Object.keys(both)`,
    'both.mjs': `export * from './a.mjs'; export * from './b.mjs'`,
    'a.mjs': `export const x = 1, a = 1`,
    'b.mjs': `export const x = 2, b = 2`,
  },
  'an import of a name of two modules': {
    'entry.mjs': `import { x } from './both.mjs'; log.push(x)`,
    'both.mjs': `export * from './a.mjs'; export * from './b.mjs'`,
    'a.mjs': `export const x = 1`,
    'b.mjs': `export const x = 2`,
  },
  'one binding by two ways is one name': {
    'entry.mjs': `export * from './a.mjs'; export * from './b.mjs'`,
    'a.mjs': `export * from './c.mjs'; export { named } from './c.mjs'`,
    'b.mjs': `import { named } from './c.mjs'; export { named }; export * from './c.mjs'`,
    'c.mjs': `export let x = 1; export const named = 2; x = 3`,
  },
  'a circle of export *': {
    'entry.mjs': `export * from './a.mjs'; export const e = 1`,
    'a.mjs': `export * from './b.mjs'; export const a = 1`,
    'b.mjs': `export * from './a.mjs'; export * from './entry.mjs'; export const b = 1`,
  },
  'export * as, and a default passed on': {
    'entry.mjs': `export * as ns from './a.mjs'; export { default } from './a.mjs';
      export { default as named } from './a.mjs'
      import * as ns2 from './a.mjs'; import { ns as again } from './entry.mjs'; export const same = ns2 === again`,
    'a.mjs': `export default 1; export const x = 2`,
  },
  'a name that nobody exports': {
    'entry.mjs': `log.push('never'); import { nothing } from './a.mjs'; export { nothing }`,
    'a.mjs': `log.push('never'); export const something = 1`,
  },
  'a default that is not there': { 'entry.mjs': `import a from './a.mjs'; log.push(a)`, 'a.mjs': `export const x = 1` },
  'a circle of re-exports without an end': {
    'entry.mjs': `import { x } from './a.mjs'; log.push(x)`,
    'a.mjs': `export { x } from './b.mjs'`,
    'b.mjs': `export { x } from './a.mjs'`,
  },
  'a module that throws': {
    'entry.mjs': `import './a.mjs'; import './bad.mjs'; import './b.mjs'; log.push('never')`,
    'a.mjs': `log.push('a')`,
    'bad.mjs': `log.push('bad'); throw new RangeError('bad day')`,
    'b.mjs': `log.push('never')`,
  },
  'an error is remembered': {
    'entry.mjs': `const errors = []
      for (let i = 0; i < 2; i++) await import('./bad.mjs').catch((error) => errors.push(error))
      await import('./user.mjs').catch((error) => errors.push(error))
      export const same = errors.map((error) => error === errors[0]), message = errors[0].message`,
    'bad.mjs': `log.push('bad'); throw new Error('once')`,
    'user.mjs': `import './bad.mjs'`,
  },
  'thrown values of every kind': {
    'entry.mjs': `const seen = []
      for (const one of ['undefined', 'null', '1', 'Object.freeze({})', 'Symbol.iterator'])
        await import('data:text/javascript,throw ' + one).catch((thrown) => seen.push(String(thrown)))
      for (const one of ['u']) await import('./' + one + '.mjs').catch((thrown) => seen.push(typeof thrown))
      export { seen }`,
    'u.mjs': 'throw undefined',
  },
}

export const ASYNC_PROGRAMS = {
  'a top-level await': {
    'entry.mjs': `import { a } from './a.mjs'; log.push('entry'); export const b = (await Promise.resolve(a)) + 1`,
    'a.mjs': `log.push('start'); export const a = await new Promise((done) => setImmediate(done, 1)); log.push('end')`,
  },
  'modules that await go on beside each other': {
    'entry.mjs': `import './a.mjs'; import './b.mjs'; import './c.mjs'; log.push('entry')`,
    'a.mjs': `log.push('a1'); await new Promise((done) => setTimeout(done, 20)); log.push('a2')`,
    'b.mjs': `log.push('b1'); await null; log.push('b2')`,
    'c.mjs': `log.push('c')`,
  },
  'only what imports a waiting module waits': {
    'entry.mjs': `import './left.mjs'; import './right.mjs'; log.push('entry')`,
    'left.mjs': `import './slow.mjs'; log.push('left')`,
    'right.mjs': `import './quick.mjs'; log.push('right')`,
    'slow.mjs': `await new Promise((done) => setTimeout(done, 20)); log.push('slow')`,
    'quick.mjs': `log.push('quick')`,
  },
  'modules that became ready run in their order': {
    'entry.mjs': `import './a.mjs'; import './b.mjs'; import './c.mjs'; log.push('entry')`,
    'a.mjs': `import './slow.mjs'; log.push('a')`,
    'b.mjs': `import './a.mjs'; import './slow.mjs'; log.push('b'); await null; log.push('b2')`,
    'c.mjs': `import './slow.mjs'; log.push('c')`,
    'slow.mjs': `await new Promise((done) => setTimeout(done, 20)); log.push('slow')`,
  },
  'a circle that waits': {
    'entry.mjs': `import { b } from './b.mjs'; export function a() { return 'a' }; log.push('entry', b())`,
    'b.mjs': `import { a } from './entry.mjs'; import './c.mjs'; export function b() { return 'b' }; await null;
      log.push(a())`,
    'c.mjs': `import { b } from './b.mjs'; log.push('c', b())`,
  },
  'an await that rejects': {
    'entry.mjs': `import './a.mjs'; import './b.mjs'; log.push('never')`,
    'a.mjs': `log.push('a'); await Promise.reject(new TypeError('late'))`,
    'b.mjs': `log.push('b')`,
  },
  'an imported module that waits is imported twice': {
    'entry.mjs': `const [a, b] = await Promise.all([import('./slow.mjs'), import('./user.mjs')])
      export const same = a === b.slow`,
    'slow.mjs': `log.push('slow'); await new Promise((done) => setImmediate(done)); export const x = 1`,
    'user.mjs': `import * as slow from './slow.mjs'; export { slow }; log.push('user', slow.x)`,
  },
  'import() runs later, once, and gives the namespace': {
    'entry.mjs': `import * as again from './again.mjs'; log.push('before')
      const first = import('./a.mjs'); log.push('after')
      const a = await first;
      export const same = a === (await import('./a.mjs')), computed = a === (await import('./' + 'a.mjs'))
      export const x = a.x, other = again.x`,
    'a.mjs': `log.push('a'); export const x = 1`,
    'again.mjs': `log.push('again'); export const x = 2`,
  },
  'import() that fails': {
    'entry.mjs': `const seen = []
      const failed = (error) => seen.push(error.name, error.code)
      const attempt = (promise) => promise.then(() => seen.push('no error'), failed)
      await attempt(import('./missing.mjs')); await attempt(import('./nothing' + '.mjs'))
      await attempt(import('no-such-package')); await attempt(import('./names.mjs')); await attempt(import(Symbol()))
      export { seen }`,
    'names.mjs': `import { nothing } from './entry.mjs'; log.push(nothing)`,
  },
  'import() of what is importing': {
    'entry.mjs': `import './b.mjs'; export const e = 1; log.push('entry')`,
    'b.mjs': `import('./entry.mjs').then((entry) => { log.push('then ' + entry.e) }); log.push('b')`,
    'last.mjs': '',
  },
  'for await and await in blocks': {
    'entry.mjs': `const seen = []
      for await (const one of [Promise.resolve(1), 2]) seen.push(one)
      if (seen.length) { try { await Promise.reject(3) } catch (thrown) { seen.push(thrown) } }
      export { seen }`,
  },
}
