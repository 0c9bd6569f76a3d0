"""What `make lab` adds to JupyterLab: a saved notebook differs from the committed one only by what somebody changed.

JupyterLab writes the versions of Python and of its kernel's syntax into each notebook that it saves, so that git
would show a change after every look at a chart.
"""

from jupyter_server.serverapp import ServerApp

LANGUAGE = {"name": "python"}


def _load_jupyter_server_extension(app: ServerApp) -> None:
    """Let every notebook be saved without versions; Jupyter calls this at its start."""
    app.contents_manager.register_pre_save_hook(leave_out_versions)


def leave_out_versions(model: dict, **context) -> None:
    """Take the versions out of a notebook that is about to be saved."""
    if model["type"] == "notebook" and "language_info" in model["content"]["metadata"]:
        model["content"]["metadata"]["language_info"] = LANGUAGE
