"""The engine as a child process: JSON-RPC 2.0 over stdin and stdout (docs/protocol.md).

Nothing here imports torch, numpy or anything else of weight before `initialize` asks for it: a
worker has to answer as soon as Python runs, and to say what is missing when the engine is incomplete.
"""
