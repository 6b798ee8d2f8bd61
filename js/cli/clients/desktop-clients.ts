// Desktop clients: where each keeps its MCP servers, and the JSON that it takes. docs/desktop-clients.md has the same.

/** A server as a client is to start it, or to reach it. */
export type ClientServer = StartedServer | { readonly url: string }

/** A server that the client starts. */
export interface StartedServer {
  /** What follows `toolrack serve`. */
  readonly args: readonly string[]
  /** The variables of the environment that the arguments name. */
  readonly variables: readonly string[]
}

/** A desktop client. */
export interface DesktopClient {
  readonly name: string
  readonly title: string
  /** Its configuration file. */
  readonly file: string
  /** Whether it reaches servers that run already. */
  readonly hasUrls: boolean
  /** How it names the folder of its configuration, if it does: documents in the current folder are told from there. */
  readonly folder?: string
  /** Its configuration with a server. */
  readonly configure: (key: string, server: ClientServer) => object
}

/** What stands for a secret that a person fills in. */
const SECRET = 'your token'

export const CLIENTS: readonly DesktopClient[] = Object.freeze([
  {
    name: 'claude-desktop',
    title: 'Claude Desktop',
    file: 'claude_desktop_config.json',
    hasUrls: false,
    configure: (key, server) => ({ mcpServers: { [key]: plainServer(server) } }),
  },
  {
    name: 'vscode',
    title: 'VS Code',
    file: '.vscode/mcp.json',
    hasUrls: true,
    folder: '${workspaceFolder}',
    configure: vsCode,
  },
  {
    name: 'cursor',
    title: 'Cursor',
    file: '.cursor/mcp.json',
    hasUrls: true,
    configure: (key, server) => ({ mcpServers: { [key]: plainServer(server) } }),
  },
] satisfies DesktopClient[])

/** toolrack fills in the variables: their values stand in `env` alone. */
function plainServer(server: ClientServer): object {
  if ('url' in server) return { url: server.url }
  const { args, variables } = server
  const env = Object.fromEntries(variables.map((name) => [name, SECRET]))
  return { ...command(args), ...(variables.length > 0 && { env }) }
}

/** VS Code asks for variables once, keeps them, and fills them in itself. */
function vsCode(key: string, server: ClientServer): object {
  if ('url' in server) return { servers: { [key]: { type: 'http', url: server.url } } }
  const inputs = server.variables.map((name) => ({
    type: 'promptString',
    id: inputId(name),
    description: name,
    password: true,
  }))
  const args = server.variables.reduce<readonly string[]>(
    (all, name) => all.map((arg) => arg.replace(referenceTo(name), () => `\${input:${inputId(name)}}`)),
    server.args,
  )
  return { ...(inputs.length > 0 && { inputs }), servers: { [key]: { type: 'stdio', ...command(args) } } }
}

function command(args: readonly string[]): object {
  return { command: 'npx', args: ['-y', 'toolrack', 'serve', ...args] }
}

function inputId(variable: string): string {
  return variable.toLowerCase().replaceAll('_', '-')
}

/** References to a variable, but not `$${NAME}`, which is a literal. */
function referenceTo(variable: string): RegExp {
  return new RegExp(`(?<!\\$)\\$\\{(?:env:)?${variable}\\}`, 'g')
}
