// Live view: an object that is brought up to date whenever it is read, for frameworks that read it at any time.

/** Makes a view of an object: `refresh` changes the object before each access. It must not read the view. */
export function liveView<T extends object>(object: T, refresh: () => void): T {
  return new Proxy(object, {
    get(target, key, receiver) {
      refresh()
      return Reflect.get(target, key, receiver) as unknown
    },
    has(target, key) {
      refresh()
      return Reflect.has(target, key)
    },
    ownKeys(target) {
      refresh()
      return Reflect.ownKeys(target)
    },
    getOwnPropertyDescriptor(target, key) {
      refresh()
      return Reflect.getOwnPropertyDescriptor(target, key)
    },
  })
}
