from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem import Problem
from ...models.quarantine import Quarantine
from ...types import UNSET, Unset
from typing import cast
from uuid import UUID



def _get_kwargs(
    *,
    limit: int | Unset = 50,
    cursor: None | Unset | UUID = UNSET,
    integration_id: None | Unset | UUID = UNSET,
    dataset: None | str | Unset = UNSET,
    resolved: bool | Unset = False,
    x_sally_tenant: None | str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(x_sally_tenant, Unset):
        headers["X-Sally-Tenant"] = x_sally_tenant



    

    params: dict[str, Any] = {}

    params["limit"] = limit

    json_cursor: None | str | Unset
    if isinstance(cursor, Unset):
        json_cursor = UNSET
    elif isinstance(cursor, UUID):
        json_cursor = str(cursor)
    else:
        json_cursor = cursor
    params["cursor"] = json_cursor

    json_integration_id: None | str | Unset
    if isinstance(integration_id, Unset):
        json_integration_id = UNSET
    elif isinstance(integration_id, UUID):
        json_integration_id = str(integration_id)
    else:
        json_integration_id = integration_id
    params["integration_id"] = json_integration_id

    json_dataset: None | str | Unset
    if isinstance(dataset, Unset):
        json_dataset = UNSET
    else:
        json_dataset = dataset
    params["dataset"] = json_dataset

    params["resolved"] = resolved


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/quarantine",
        "params": params,
    }


    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | Quarantine | None:
    if response.status_code == 200:
        response_200 = Quarantine.from_dict(response.json())



        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())



        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())



        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())



        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())



        return response_404

    if response.status_code == 405:
        response_405 = Problem.from_dict(response.json())



        return response_405

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())



        return response_422

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())



        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | Quarantine]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 50,
    cursor: None | Unset | UUID = UNSET,
    integration_id: None | Unset | UUID = UNSET,
    dataset: None | str | Unset = UNSET,
    resolved: bool | Unset = False,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Response[Problem | Quarantine]:
    """ Read Quarantine

     Vendors' rows that could not be used, the newest first.

    Args:
        limit (int | Unset): How many at the most. Default: 50.
        cursor (None | Unset | UUID): The next_cursor of the page before.
        integration_id (None | Unset | UUID):
        dataset (None | str | Unset):
        resolved (bool | Unset): Those that are resolved as well. Default: False.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Quarantine]
     """


    kwargs = _get_kwargs(
        limit=limit,
cursor=cursor,
integration_id=integration_id,
dataset=dataset,
resolved=resolved,
x_sally_tenant=x_sally_tenant,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 50,
    cursor: None | Unset | UUID = UNSET,
    integration_id: None | Unset | UUID = UNSET,
    dataset: None | str | Unset = UNSET,
    resolved: bool | Unset = False,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Problem | Quarantine | None:
    """ Read Quarantine

     Vendors' rows that could not be used, the newest first.

    Args:
        limit (int | Unset): How many at the most. Default: 50.
        cursor (None | Unset | UUID): The next_cursor of the page before.
        integration_id (None | Unset | UUID):
        dataset (None | str | Unset):
        resolved (bool | Unset): Those that are resolved as well. Default: False.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Quarantine
     """


    return sync_detailed(
        client=client,
limit=limit,
cursor=cursor,
integration_id=integration_id,
dataset=dataset,
resolved=resolved,
x_sally_tenant=x_sally_tenant,

    ).parsed

async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 50,
    cursor: None | Unset | UUID = UNSET,
    integration_id: None | Unset | UUID = UNSET,
    dataset: None | str | Unset = UNSET,
    resolved: bool | Unset = False,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Response[Problem | Quarantine]:
    """ Read Quarantine

     Vendors' rows that could not be used, the newest first.

    Args:
        limit (int | Unset): How many at the most. Default: 50.
        cursor (None | Unset | UUID): The next_cursor of the page before.
        integration_id (None | Unset | UUID):
        dataset (None | str | Unset):
        resolved (bool | Unset): Those that are resolved as well. Default: False.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Quarantine]
     """


    kwargs = _get_kwargs(
        limit=limit,
cursor=cursor,
integration_id=integration_id,
dataset=dataset,
resolved=resolved,
x_sally_tenant=x_sally_tenant,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    *,
    client: AuthenticatedClient,
    limit: int | Unset = 50,
    cursor: None | Unset | UUID = UNSET,
    integration_id: None | Unset | UUID = UNSET,
    dataset: None | str | Unset = UNSET,
    resolved: bool | Unset = False,
    x_sally_tenant: None | str | Unset = UNSET,

) -> Problem | Quarantine | None:
    """ Read Quarantine

     Vendors' rows that could not be used, the newest first.

    Args:
        limit (int | Unset): How many at the most. Default: 50.
        cursor (None | Unset | UUID): The next_cursor of the page before.
        integration_id (None | Unset | UUID):
        dataset (None | str | Unset):
        resolved (bool | Unset): Those that are resolved as well. Default: False.
        x_sally_tenant (None | str | Unset): SUPER_ADMIN only: the short name of the tenant to act
            for.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Quarantine
     """


    return (await asyncio_detailed(
        client=client,
limit=limit,
cursor=cursor,
integration_id=integration_id,
dataset=dataset,
resolved=resolved,
x_sally_tenant=x_sally_tenant,

    )).parsed
