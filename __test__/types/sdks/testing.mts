// The SDKs take the fetch of a scripted model and of a cassette, and the AI SDK its language model.
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { generateText } from 'ai'
import OpenAI from 'openai'
import { record, replay, scriptedModel } from 'toolrack/test'

const { fetch } = scriptedModel('openai', ['Hi'])
new OpenAI({ fetch })
new Anthropic({ fetch })
new GoogleGenAI({ httpOptions: { fetch } })
new OpenAI({ fetch: record('a.json') })
new Anthropic({ fetch: replay('a.json') })
new GoogleGenAI({ httpOptions: { fetch: replay('a.json') } })
generateText({ model: scriptedModel('ai-sdk', ['Hi']).languageModel, prompt: 'Hi' })
