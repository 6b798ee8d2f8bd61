// Toolrack and its peers as makers of tools from a document's bytes. Each readies itself, and then gives how many tools
// it made, what holds them, and how to let go of them.
import { load } from './toolrack.mjs'

const text = (bytes) => bytes.toString('utf8')

/** What reads a document of a file's kind: JSON.parse, or js-yaml. */
export async function reader(file) {
  if (!/\.ya?ml$/.test(file)) return (bytes) => JSON.parse(text(bytes))
  const yaml = await import('js-yaml')
  return (bytes) => yaml.load(text(bytes))
}

export const TOOLRACK = 'toolrack load'
export const RENDERED = 'toolrack load + definitions'
export const SAMCHON = '@samchon/openapi'
export const GENERATOR = 'openapi-mcp-generator'
export const PARSER = 'swagger-parser (references only)'

export const makers = {
  async [TOOLRACK]() {
    const { ToolRegistry, SpecLoader } = load()
    return async (bytes) => {
      const registry = new ToolRegistry()
      const loader = new SpecLoader(registry)
      const { added } = await loader.load(bytes, { name: 'api', document: { deprecated: 'include' } })
      return { held: loader, tools: added.length, release: () => registry.close() }
    }
  },
  // Peers hand their schemas out as objects; toolrack keeps them in Rust until a provider's definitions are asked for.
  async [RENDERED]() {
    const { ToolRegistry, SpecLoader } = load()
    return async (bytes) => {
      const registry = new ToolRegistry()
      const loader = new SpecLoader(registry)
      await loader.load(bytes, { name: 'api', document: { deprecated: 'include' } })
      const definitions = registry.definitions('openai', undefined, { overLimit: 'send' })
      return { held: [loader, definitions], tools: definitions.length, release: () => registry.close() }
    }
  },
  async [SAMCHON](read) {
    const { HttpLlm, OpenApi } = await import('@samchon/openapi')
    return (bytes) => {
      const application = HttpLlm.application({ document: OpenApi.convert(read(bytes)) })
      return { held: application, tools: application.functions.length }
    }
  },
  async [GENERATOR](read) {
    const { getToolsFromOpenApi } = await import('openapi-mcp-generator')
    return async (bytes) => {
      const tools = await getToolsFromOpenApi(read(bytes), { dereference: true })
      return { held: tools, tools: tools.length }
    }
  },
  async [PARSER](read) {
    const { default: SwaggerParser } = await import('@apidevtools/swagger-parser')
    return async (bytes) => ({ held: await SwaggerParser.dereference(read(bytes)) })
  },
}
