// Questions of a call: what a closure asks its caller.
import type { JsonSchema } from './schema'

/** A form for a person. */
export interface FormQuestion {
  /** What the person is asked. */
  message: string
  /** The fields: an object schema of strings, numbers, booleans and enums, as clients of MCP show it. */
  schema: JsonSchema
}

/** A page for a person to visit, such as one that takes a secret which no client may see. */
export interface UrlQuestion {
  /** Why. */
  message: string
  /** An http or https URL. */
  url: string
}

/** A text of the client's model: the params of `sampling/createMessage` of MCP. */
export interface SamplingQuestion {
  sampling: { messages: readonly object[]; maxTokens: number; [member: string]: unknown }
}

/** The roots of the client: folders that it works in. */
export interface RootsQuestion {
  roots: true
}

/** What a person has done with a form. `content` is what the client has sent: it is not validated by `schema`. */
export type FormAnswer<Content = any> = { action: 'accept'; content: Content } | { action: 'decline' | 'cancel' }

/** What a person has done with a page: `accept` says that they have gone there. */
export interface UrlAnswer {
  action: 'accept' | 'decline' | 'cancel'
}

/** What the client's model has written: the result of `sampling/createMessage`. */
export interface SamplingAnswer {
  role: string
  content: any
  model?: string
  stopReason?: string
}

/** The roots of the client. */
export interface RootsAnswer {
  roots: { uri: string; name?: string }[]
}

/** Asks who has made a call. A key has 1 to 128 characters; another value, and a wrong request, are `INVALID_OPTIONS`. */
export interface AskCaller {
  <Content = any>(key: string, question: FormQuestion): Promise<FormAnswer<Content>>
  (key: string, question: UrlQuestion): Promise<UrlAnswer>
  (key: string, question: SamplingQuestion): Promise<SamplingAnswer>
  (key: string, question: RootsQuestion): Promise<RootsAnswer>
}
