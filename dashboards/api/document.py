"""The OpenAPI 3.1 document of the API, made from the models that check it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from dashboards.access import SCOPES
from dashboards.api import answers

REF = "#/components/schemas/{model}"
ERRORS = {
    "401": "No token, or one that has ended.",
    "403": "The token lacks the scope.",
    "404": "There is no such thing in the published set.",
    "409": "The case has moved on, or somebody else holds it.",
    "422": "What was sent is not what the endpoint takes.",
    "429": "Too many requests.",
    "503": "The server has more to do than it can, or nothing is published yet.",
}
MODELS = (answers.Queue, answers.Case, answers.Standing, answers.Scores, answers.Score, answers.Problem)


def document() -> dict[str, Any]:
    """Return the document."""
    inward = models_json_schema([(answers.NewDecision, "validation")], ref_template=REF)[1]["$defs"]
    outward = models_json_schema([(model, "serialization") for model in MODELS], ref_template=REF)[1]["$defs"]
    return {
        "openapi": "3.1.0",
        "info": {"title": "returnwatch", "version": "1", "description": __doc__},
        "servers": [{"url": "/api/v1"}],
        "paths": _paths(),
        "components": {
            "schemas": inward | outward,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _paths() -> dict[str, Any]:
    """Return every endpoint."""
    case_id = _in_path("case_id", "A case of the queue.")
    decision = {"required": True, "content": {"application/json": {"schema": _ref(answers.NewDecision)}}}
    key = {
        "name": "Idempotency-Key", "in": "header", "required": True,
        "description": "Drawn by the caller: the same key again is the same decision.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    }  # fmt: skip
    decide = _operation("decide", "Decide a case.", answers.Standing, [case_id, key]) | {"requestBody": decision}
    return {
        "/queue": {"get": _operation("queue", "A page of the queue.", answers.Queue, _in_query(answers.QueueQuery))},
        "/cases/{case_id}": {"get": _operation("case", "A case.", answers.Case, [case_id])},
        "/cases/{case_id}/decisions": {"post": decide},
        "/scores": {"get": _operation("scores", "A page of scores.", answers.Scores, _in_query(answers.ScoresQuery))},
        "/scores/{rma_id}": {"get": _operation("score", "A score.", answers.Score, [_in_path("rma_id", "An RMA.")])},
    }


def _operation(name: str, summary: str, model: type[BaseModel], parameters: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one endpoint."""
    problem = {"application/json": {"schema": _ref(answers.Problem)}}
    answer = {"description": "Done.", "content": {"application/json": {"schema": _ref(model)}}}
    refusals = {code: {"description": told, "content": problem} for code, told in ERRORS.items()}
    return {
        "operationId": name,
        "summary": summary,
        "description": f"Needs the scope `{SCOPES['api.' + name]}`.",
        "parameters": parameters,
        "responses": {"200": answer, **refusals},
    }


def _ref(model: type[BaseModel]) -> dict[str, str]:
    """Return a reference to a model."""
    return {"$ref": REF.format(model=model.__name__)}


def _in_path(name: str, told: str) -> dict[str, Any]:
    """Return a parameter of a path."""
    schema = {"type": "string", "minLength": 1, "maxLength": 200}
    return {"name": name, "in": "path", "required": True, "description": told, "schema": schema}


def _in_query(model: type[BaseModel]) -> list[dict[str, Any]]:
    """Return the parameters of a query."""
    schema = model.model_json_schema(ref_template=REF)["properties"]
    return [{"name": name, "in": "query", "required": False, "schema": _plain(one)} for name, one in schema.items()]


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema of a parameter that is left away where it is not wanted, and never null."""
    kinds = [one for one in schema.pop("anyOf", ()) if one.get("type") != "null"]
    schema.pop("default", None)
    return schema | kinds[0] if kinds else schema
