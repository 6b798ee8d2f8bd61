// Peers that adapters import, as far as they use them: the packages need not be installed to compile.

declare module '@langchain/core/messages' {
  export const ToolMessage: import('./langchain-peer.js').LangChain['ToolMessage']
}

declare module '@langchain/core/tools' {
  export const tool: import('./langchain-peer.js').LangChain['tool']
}
