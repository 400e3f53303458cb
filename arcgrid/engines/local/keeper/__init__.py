"""The small process that keeps a worker: confines it, starts it, kills what it leaves.

`warden` is the process; `confine`, `landlock`, `seccomp`, `calls`, `namespaces`, `clear` and `proc`
are its parts; `remover` does what a warden left that was killed; `witness` tries from within what a
worker must not be able to do. All of it needs the standard library alone, so that it starts in no
time, and no right that an ordinary user has not.
"""
