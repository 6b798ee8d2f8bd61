// Where the references of a document lead. Nothing is fetched: an address of the network is one that cannot be followed
// here.
import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parse, textOf } from './reading.mjs'

const HOPS = 50

export const isMap = (value) => value !== null && typeof value === 'object' && !Array.isArray(value)

/** A member of a map or list: never one that every object of JavaScript has. */
export const member = (value, key) =>
  value !== null && typeof value === 'object' && Object.hasOwn(value, key) ? value[key] : undefined

/** Why a reference cannot be followed: `reason` is one of a few, for counting. */
export class Dangling extends Error {
  constructor(reason, reference) {
    super(`${reason}: ${reference}`)
    this.reason = reason
  }
}

/** What is at a place of a document. */
export class Spot {
  constructor(document, node, pointer) {
    Object.assign(this, { document, node, pointer })
  }

  key(key) {
    const node = member(this.node, key)
    return node === undefined
      ? undefined
      : new Spot(this.document, node, `${this.pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`)
  }

  /** The members of a map or the items of a list. */
  all() {
    return this.node !== null && typeof this.node === 'object' ? Object.keys(this.node).map((key) => this.key(key)) : []
  }

  /** What a reference refers to; undefined where it is none. */
  target() {
    const reference = isMap(this.node) ? member(this.node, '$ref') : undefined
    if (reference === undefined) return undefined
    if (typeof reference !== 'string') throw new Dangling('malformed', JSON.stringify(reference))
    return this.document.resolve(reference)
  }

  /** The value that stands behind references, however many. */
  followed() {
    let spot = this
    for (let hops = 0; hops < HOPS; hops++) {
      const target = spot.target()
      if (target === undefined) return spot
      spot = target
    }
    throw new Dangling('circle', spot.node.$ref)
  }
}

/** A document, and those that it refers to. */
export class Document {
  #names
  #base

  constructor(url, data, library = new Map()) {
    Object.assign(this, { url, data, library })
    const self = member(data, '$self')
    this.#base = typeof self === 'string' && URL.canParse(self, url) ? new URL(self, url) : url
    library.set(this.#base.href, this)
    library.set(url.href, this)
  }

  static of(file, data) {
    return new Document(pathToFileURL(file), data)
  }

  root() {
    return new Spot(this, this.data, '')
  }

  /** Where a reference leads. */
  resolve(reference) {
    const at = reference.indexOf('#')
    const [address, fragment] = at < 0 ? [reference, ''] : [reference.slice(0, at), decoded(reference.slice(at + 1))]
    if (!URL.canParse(reference, this.#base.href)) throw new Dangling('malformed', reference)
    const url = new URL(address, this.#base.href)
    url.hash = ''
    const known = address === '' ? this : this.library.get(url.href)
    const own = known instanceof Document ? known.#inside(fragment) : undefined
    const found =
      own ??
      this.#named(new URL(reference, this.#base.href).href) ??
      (known === undefined ? this.#read(url, reference).#inside(fragment) : undefined)
    if (found !== undefined) return found
    throw known instanceof Dangling ? known : new Dangling('leads nowhere', reference)
  }

  #read(url, reference) {
    const document = read(url, this.library, reference)
    this.library.set(url.href, document)
    if (document instanceof Dangling) throw document
    return document
  }

  #inside(pointer) {
    if (pointer === '') return this.root()
    if (!pointer.startsWith('/')) return undefined
    const keys = pointer
      .slice(1)
      .split('/')
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    return keys.reduce((spot, key) => spot?.key(key), this.root())
  }

  /** The schema that has a name of its own (`$id`, `$anchor`), by the address that refers to it. */
  #named(address) {
    if (this.#names === undefined) {
      this.#names = new Map()
      collect(this.root(), this.#base.href, this.#names)
    }
    return this.#names.get(address)
  }
}

function collect(spot, base, names, seen = new Set()) {
  // What YAML repeats by aliases is one value.
  if (seen.has(spot.node)) return
  seen.add(spot.node)
  const text = (key) => (typeof member(spot.node, key) === 'string' ? member(spot.node, key) : undefined)
  const id = text('$id')
  const here = id !== undefined && URL.canParse(id, base) ? new URL(id, base).href : base
  if (here !== base) names.set(here, spot)
  for (const anchor of [text('$anchor'), text('$dynamicAnchor')]) {
    if (anchor !== undefined) names.set(new URL(`#${anchor}`, here).href, spot)
  }
  for (const child of spot.all())
    if (child.node !== null && typeof child.node === 'object') collect(child, here, names, seen)
}

/** What a fragment says; what is no escape in it stays. */
function decoded(fragment) {
  return fragment.replaceAll(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes)
    } catch {
      return escapes
    }
  })
}

/** The document at an address, or why there is none. */
function read(url, library, reference) {
  if (url.protocol !== 'file:') return new Dangling('unreachable address', reference)
  let bytes
  try {
    const path = fileURLToPath(new URL(url.pathname, url))
    if (!statSync(path).isFile()) return new Dangling('no such file', reference)
    bytes = readFileSync(path)
  } catch {
    return new Dangling('no such file', reference)
  }
  try {
    return new Document(url, parse(textOf(bytes)), library)
  } catch {
    return new Dangling('malformed', reference)
  }
}
