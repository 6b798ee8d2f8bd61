// Peers that adapters import: the packages need not be installed to compile.

declare module '@langchain/core/messages' {
  export const ToolMessage: unknown
}

declare module '@langchain/core/tools' {
  export const tool: unknown
}

declare module '@langchain/core/singletons' {
  export const AsyncLocalStorageProviderSingleton: { readonly getRunnableConfig: () => unknown }
}
