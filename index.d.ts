/**
 * toolrack: a live tool registry for AI agents. Closures, modules and operations of API documents become tools.
 * Each model provider gets tool definitions in its own format. A call runs the closure or sends an HTTP request.
 *
 * Every function throws or rejects with a `ToolrackError`: branch on its `code`.
 * Shared objects are frozen: `definitions` (except `plain`), `catalog`, `tokens`, `history`, events and the context of
 * a call. Lists of names, tools and reports are copies, which the caller may change.
 * @module toolrack
 */
export { ToolHandle } from './types/tool-handle'
export type {
  ToolAnnotations,
  CallContext,
  CallerContext,
  RegistryTypes,
  ToolDefinition,
  RegisteredTool,
} from './types/tool'
export type { FrameworkInput, FrameworkResult, FrameworkTool, ToolOptions } from './types/framework-tools'
export type { AiSdkSchema, ToolInput, ToolParams, ToolResult } from './types/inference'
export type {
  Json,
  JsonSchema,
  JsonType,
  ObjectSchema,
  StandardJsonSchema,
  ToolParameter,
  ToolParameters,
} from './types/schema'
export { CallProgress } from './types/call'
export type {
  CallOptions,
  Coerced,
  CallResult,
  CallEvent,
  LogLevel,
  PieceCall,
  RegistryCallOptions,
  RespondOptions,
  RegistryRespondOptions,
} from './types/call'
export { questionsOf } from './types/questions'
export type {
  AskCaller,
  AskFunction,
  AskedQuestion,
  CallQuestion,
  FormAnswer,
  FormQuestion,
  QuestionAnswer,
  RootsAnswer,
  RootsQuestion,
  SamplingAnswer,
  SamplingQuestion,
  UrlAnswer,
  UrlQuestion,
  WaitingQuestions,
} from './types/questions'
export type { CallLimits, RegistryCallLimits, BreakerRules } from './types/limits'
export type { ToolFilter, CatalogOptions, CatalogEntry, DeclarationOptions } from './types/filter'
export type {
  AsyncSearchOptions,
  Embed,
  EmbeddedTexts,
  ExplainedFactor,
  ExplainedWord,
  RegistrySearchOptions,
  ScoreExplanation,
  SearchField,
  SearchHit,
  SearchOptions,
  SearchPlace,
  SearchResult,
} from './types/search'
export type {
  AnthropicToolReferences,
  Finder,
  FinderAnswers,
  FinderBudget,
  FinderCalls,
  FinderDefinitions,
  FinderNames,
  FinderOptions,
  FinderState,
  FinderTarget,
  OpenAiToolSearch,
  OpenAiToolSearchCall,
  OpenAiToolSearchOutput,
} from './types/finder'
export { ToolRegistry, registerDynamicTool } from './types/registry'
export type { RegistryOptions, ToolErrorCall } from './types/registry-options'
export type {
  ApprovalDecider,
  ApprovalOutcome,
  ApprovalRejection,
  ApprovalSettled,
  PendingApproval,
} from './types/approvals'
export { registerHttpTool, registerHttpTools } from './types/http-tools'
export type { HttpMethod, HttpPlace, HttpToolChange, HttpToolDefinition, HttpToolOptions } from './types/http-tools'
export { loadConfig } from './types/config'
export type {
  ConfigFailure,
  ConfigPlace,
  ConfigReport,
  ConfiguredServer,
  DisabledConfigPart,
  LoadConfigOptions,
  LoadedConfig,
} from './types/config'
export { Snapshot } from './types/snapshot'
export type { RegistrySummary, Reading, SnapshotOptions } from './types/snapshot'
export type { SavedNames, SavedName } from './types/names'
export type { VersionOptions, Route, Fallback, RouteStatus, VersionStatus } from './types/versions'
export type { Target, TargetTool, TargetOptions, DefinitionOptions, ExplainOptions } from './types/targets'
export type {
  OpenAiTool,
  ChatTool,
  CohereTool,
  AnthropicTool,
  GeminiTool,
  GeminiOpenApiTool,
  BedrockTool,
  McpTool,
  AiSdkTool,
  PlainTool,
  TargetDefinitions,
} from './types/target-definitions'
export type {
  OpenAiCall,
  ChatCall,
  MistralCall,
  AnthropicCall,
  GeminiCall,
  GeminiFunctionCall,
  BedrockCall,
  BedrockToolUse,
  McpCall,
  McpCallParams,
  AiSdkCall,
  PlainCall,
  TargetCalls,
} from './types/target-calls'
export type {
  ChatAnswer,
  SdkChatAnswer,
  GeminiAnswer,
  OpenAiAnswer,
  OpenAiPart,
  AnthropicPart,
  BedrockPart,
  McpPart,
  AiSdkOutput,
  PlainError,
  PlainAnswer,
  TargetAnswers,
} from './types/target-answers'
export type {
  Diagnostic,
  Finding,
  Rendering,
  Offer,
  Quarantined,
  Delta,
  DeltaTool,
  TokenCount,
  ToolTokens,
} from './types/offers'
export { SpecLoader } from './types/loader'
export type { FetchInit, LoaderOptions } from './types/loader'
export type { DocumentLimits, TokenBudget } from './types/document-limits'
export type { SpecSource, ReferenceOptions, NetworkOptions, DocumentOptions, LoadOptions } from './types/load-options'
export type {
  OperationChoice,
  OperationFunction,
  SpecOperation,
  OperationOverride,
  ParameterOverride,
} from './types/operations'
export type {
  TargetJudgement,
  TokenCost,
  SkippedOperation,
  InputTally,
  LoadInputs,
  LoadReport,
  CheckReport,
  DirectoryReport,
} from './types/load-report'
export type { LoadNote, NoteCode } from './types/load-notes'
export type { SourceStatus } from './types/sources'
export type { WatchOptions } from './types/watch'
export type {
  ChangeClass,
  ChangeFinding,
  ToolChange,
  ToolChanges,
  GateDecision,
  GateObjection,
  HeldChange,
  ChangeReport,
  ProposedTool,
  ProposedChange,
  GateAnswer,
  Gate,
  GatePreset,
  GatePolicy,
} from './types/review'
export type { SourceVersion, ToolVersion } from './types/history'
export type {
  SecretText,
  Credential,
  LoginCredential,
  TokenRequest,
  ClientCredential,
  RefreshCredential,
  CredentialFunction,
  GivenCredential,
  CredentialRequest,
} from './types/auth'
export type { StateOptions } from './types/state'
export type {
  WebhookOptions,
  WebhookNames,
  WebhookReport,
  WebhookRequest,
  WebhookResponse,
  WebhookHandler,
} from './types/webhook'
export { ToolModules } from './types/modules'
export type {
  ModuleDirectoryOptions,
  ModuleOptions,
  ModulePath,
  ModuleSpec,
  ProvidedTools,
  ToolModulesOptions,
  ToolProvider,
  ToolSpec,
} from './types/modules'
export type {
  DirectoryModulesReport,
  FailedModule,
  FoundModule,
  ModulesReport,
  ModuleSourceStatus,
  PassedOver,
} from './types/module-reports'
export { verifyAudit } from './types/audit'
export type { AuditOptions, AuditStatus, AuditVerdict } from './types/audit'
export type { ChangeSet, RegistryEvents } from './types/events'
export { ToolrackError, ToolError } from './types/errors'
export type { ErrorCode, Problem } from './types/errors'
